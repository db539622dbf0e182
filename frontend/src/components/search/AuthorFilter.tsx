import { X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Authors are too many to list: they are typed, one after another. */
export function AuthorFilter({
  values,
  onChange,
}: {
  values: readonly string[];
  onChange: (values: string[]) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');

  function add(event: FormEvent) {
    event.preventDefault();
    const author = typed.trim();
    if (author && !values.includes(author)) onChange([...values, author]);
    setTyped('');
  }

  return (
    <>
      {values.map((author) => (
        <span
          key={author}
          className="inline-flex h-8 items-center gap-1 rounded-full border border-accent/40 bg-accent-soft pl-3 font-medium text-accent-text text-sm max-md:h-9"
        >
          {author}
          <button
            type="button"
            aria-label={t('search.removeAuthor', { author })}
            onClick={() => onChange(values.filter((value) => value !== author))}
            className="grid h-full w-7 place-items-center rounded-full"
          >
            <X className="size-3.5" aria-hidden />
          </button>
        </span>
      ))}
      <form onSubmit={add}>
        <input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          aria-label={t('search.authorPlaceholder')}
          placeholder={t('search.author')}
          maxLength={200}
          className="h-8 w-28 rounded-full border border-line-strong bg-transparent px-3 text-sm transition-[width] placeholder:font-medium placeholder:text-ink-2 focus:w-44 max-md:h-9"
        />
      </form>
    </>
  );
}
