import { CircleAlert } from 'lucide-react';

/** A failure of the whole form, announced when it appears. The fields keep what was typed. */
export function FormError({ message }: { message: string | null }) {
  return (
    <div role="alert" className={message ? 'animate-rise' : 'hidden'}>
      {message && (
        <p className="flex items-start gap-2.5 rounded-lg bg-danger-soft px-3 py-2.5 text-base text-danger">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {message}
        </p>
      )}
    </div>
  );
}
