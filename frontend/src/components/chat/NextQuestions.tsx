interface NextQuestionsProps {
  /** What these are, for whoever hears the page. */
  label: string;
  /** Each as it is asked when it is pressed. */
  questions: readonly string[];
  onAsk: (question: string) => void;
}

/** What can be said next, as buttons that say it. */
export function NextQuestions({ label, questions, onAsk }: NextQuestionsProps) {
  if (questions.length === 0) return null;
  return (
    <ul aria-label={label} className="mt-4 flex flex-wrap gap-2">
      {questions.map((question) => (
        <li key={question} className="min-w-0 max-w-full">
          <button
            type="button"
            onClick={() => onAsk(question)}
            className="min-h-9 max-w-full break-words rounded-2xl border bg-surface px-3.5 py-1.5 text-left text-ink-2 text-sm transition-colors hover:border-accent/50 hover:text-ink max-md:min-h-10"
          >
            {question}
          </button>
        </li>
      ))}
    </ul>
  );
}
