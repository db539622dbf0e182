import { KeyRound } from 'lucide-react';

/** The mark of a sign-in provider, drawn here; a key stands for one without a known mark. */
export function ProviderMark({ name }: { name: string }) {
  switch (name) {
    case 'google':
      return (
        <svg viewBox="0 0 18 18" aria-hidden>
          <path
            fill="#4285f4"
            d="M17.6 9.2c0-.6-.1-1.2-.2-1.8H9v3.5h4.8a4.1 4.1 0 0 1-1.8 2.7v2.3h2.9c1.7-1.6 2.7-3.9 2.7-6.7Z"
          />
          <path
            fill="#34a853"
            d="M9 18c2.4 0 4.5-.8 6-2.2l-3-2.2a5.4 5.4 0 0 1-8.1-2.9H.9v2.4A9 9 0 0 0 9 18Z"
          />
          <path fill="#fbbc05" d="M3.9 10.7a5.4 5.4 0 0 1 0-3.4V4.9h-3a9 9 0 0 0 0 8.2l3-2.4Z" />
          <path
            fill="#ea4335"
            d="M9 3.6c1.3 0 2.5.4 3.4 1.3L15 2.4A9 9 0 0 0 .9 4.9l3 2.4A5.4 5.4 0 0 1 9 3.6Z"
          />
        </svg>
      );
    case 'microsoft':
      return (
        <svg viewBox="0 0 18 18" aria-hidden>
          <path fill="#f25022" d="M1 1h7.5v7.5H1z" />
          <path fill="#7fba00" d="M9.5 1H17v7.5H9.5z" />
          <path fill="#00a4ef" d="M1 9.5h7.5V17H1z" />
          <path fill="#ffb900" d="M9.5 9.5H17V17H9.5z" />
        </svg>
      );
    case 'github':
      return (
        <svg viewBox="0 0 16 16" fill="currentColor" aria-hidden>
          <path d="M8 .2a8 8 0 0 0-2.5 15.6c.4.1.5-.2.5-.4v-1.5c-2.2.5-2.7-.9-2.7-.9-.4-.9-.9-1.2-.9-1.2-.7-.5.1-.5.1-.5.8.1 1.2.8 1.2.8.7 1.2 1.9.9 2.3.7.1-.5.3-.9.5-1.1-1.8-.2-3.6-.9-3.6-4 0-.9.3-1.6.8-2.1-.1-.2-.4-1 .1-2.1 0 0 .7-.2 2.2.8a7.6 7.6 0 0 1 4 0c1.5-1 2.2-.8 2.2-.8.4 1.1.2 1.9.1 2.1.5.6.8 1.3.8 2.1 0 3.1-1.9 3.8-3.7 4 .3.3.6.8.6 1.5v2.2c0 .2.1.5.6.4A8 8 0 0 0 8 .2Z" />
        </svg>
      );
    default:
      return <KeyRound strokeWidth={1.75} aria-hidden />;
  }
}
