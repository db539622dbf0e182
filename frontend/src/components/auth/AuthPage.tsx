import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Logo } from '@/components/Logo';
import { PlainHttpNotice } from '@/components/PlainHttpNotice';
import { usePageTitle } from '@/hooks/usePageTitle';
import { ProductPromise } from './ProductPromise';
import { textLink } from './styles';

interface AuthPageProps {
  title: string;
  text: ReactNode;
  /** The way to the page that somebody here by mistake was looking for. */
  other?: { text?: string; link: string; to: string };
  children?: ReactNode;
}

/** The form on the left, what it leads to on the right. The title stays in place whatever appears below it. */
export function AuthPage({ title, text, other, children }: AuthPageProps) {
  usePageTitle(title);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(26rem,5fr)_7fr]">
      <main className="flex flex-col px-6 py-8 sm:px-10">
        <Logo />
        <div className="mx-auto w-full max-w-[22.5rem] flex-1 pt-[clamp(2.5rem,16vh,10rem)] pb-8">
          <h1 className="text-balance text-2xl font-semibold">{title}</h1>
          <p className="mt-1.5 mb-7 text-pretty text-md text-ink-2">{text}</p>
          <PlainHttpNotice />
          {children}
          {other && (
            <p className="mt-6 text-base text-ink-2">
              {other.text}{' '}
              <Link to={other.to} className={textLink}>
                {other.link}
              </Link>
            </p>
          )}
        </div>
      </main>
      <ProductPromise />
    </div>
  );
}
