export default function Document() {
  return <h1>Document</h1>;
}
