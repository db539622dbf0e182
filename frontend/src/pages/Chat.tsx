export default function Chat() {
  return <h1>Chat</h1>;
}
