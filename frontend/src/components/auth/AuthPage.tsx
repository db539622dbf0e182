import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Logo } from '@/components/Logo';
import { usePageTitle } from '@/hooks/usePageTitle';
import { ProductPromise } from './ProductPromise';

interface AuthPageProps {
  title: string;
  text: string;
  other: { text: string; link: string; to: string };
  children: ReactNode;
}

/** The form on the left, what it leads to on the right. */
export function AuthPage({ title, text, other, children }: AuthPageProps) {
  usePageTitle(title);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(26rem,5fr)_7fr]">
      <main className="flex flex-col px-6 py-8 sm:px-10">
        <Logo />
        <div className="mx-auto flex w-full max-w-[22.5rem] flex-1 flex-col justify-center py-12">
          <h1 className="text-2xl font-semibold">{title}</h1>
          <p className="mt-1.5 mb-7 text-md text-ink-2">{text}</p>
          {children}
          <p className="mt-6 text-base text-ink-2">
            {other.text}{' '}
            <Link to={other.to} className="font-medium text-accent-text underline-offset-4 hover:underline">
              {other.link}
            </Link>
          </p>
        </div>
      </main>
      <ProductPromise />
    </div>
  );
}
