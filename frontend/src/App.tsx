import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from 'react-router';
import { ErrorBoundary } from './components/ErrorBoundary';
import { ErrorMessage } from './components/ErrorMessage';
import { LoadingIndicator } from './components/LoadingIndicator';
import { AuthProvider, useAuth } from './contexts/AuthContext';
import { useRegistration } from './hooks/useRegistration';
import { INNER_PAGES, NAMED_PAGES, OPEN_PAGES, type PageEntry } from './pages/registry';
import { createQueryClient, followOtherTabs } from './services/queries';

const Shell = lazy(() => import('./components/layout/Shell'));
const NotFound = lazy(() => import('./pages/NotFound'));

export const App = () => (
  <Queries>
    <BrowserRouter>
      <AuthProvider>
        <Pages />
      </AuthProvider>
    </BrowserRouter>
  </Queries>
);

/** What the server said, for as long as this stands; kept up with what other tabs change. */
export function Queries({ children }: { children: ReactNode }) {
  const [queries] = useState(createQueryClient);
  useEffect(() => followOtherTabs(queries), [queries]);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}

export function Pages() {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary resetKey={pathname}>
      <Suspense fallback={<Splash />}>
        <Routes>
          <Route element={<Anybody />}>
            {OPEN_PAGES.map(({ path, page: Page }) => (
              <Route key={path} path={path} element={<Page />} />
            ))}
          </Route>
          <Route element={<SignedIn />}>
            {[...NAMED_PAGES, ...INNER_PAGES].map((entry) => (
              <Route key={entry.path} path={entry.path} element={<PageOf entry={entry} />} />
            ))}
          </Route>
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}

/** A page, or nothing for whom it is not. */
export function PageOf({ entry: { page: Page, role } }: { entry: PageEntry }) {
  const { user } = useAuth();
  return role && user?.role !== role ? <NotFound /> : <Page />;
}

/** What somebody has to read first, also where there is no account: the set-up itself, and a farewell. */
const SAYS_ITSELF = ['/register', '/account-deleted'];

/** Pages that need no session. On a server without accounts all of them lead to its set-up. */
function Anybody() {
  const { session, failure } = useAuth();
  const { pathname, search } = useLocation();
  const signedOut = session.status === 'signed-out';
  const registration = useRegistration(signedOut);
  const [stands, setStands] = useState(false);
  // While a renewal is under way a form would flash up and vanish; if that fails, the form is the way on.
  if (session.status === 'unknown' && !failure) return <Splash />;
  if (!stands) {
    // Nor is a form shown, or a title, before it is known which; without an answer it is the form for signing in.
    if (signedOut && registration.isPending) return <Splash />;
    // From here on the page stays: one that signs out, such as that for a new password, has yet to say what it did.
    setStands(true);
  }
  const { first, mode } = registration.data ?? {};
  if (
    signedOut &&
    first &&
    mode === 'open' &&
    !SAYS_ITSELF.includes(pathname) &&
    !search.includes('error=')
  ) {
    return <Navigate to={`/register${search}`} replace />;
  }
  return <Outlet />;
}

function SignedIn() {
  const { session } = useAuth();
  const location = useLocation();
  if (session.status === 'signed-out') {
    if (session.because === 'account-deleted') return <Navigate to="/account-deleted" replace />;
    const from = `${location.pathname}${location.search}`;
    return <Navigate to={from === '/' ? '/login' : `/login?next=${encodeURIComponent(from)}`} replace />;
  }
  if (session.status === 'unknown') return <Waiting />;
  return <Shell />;
}

function Waiting() {
  const { failure, lookAgain } = useAuth();
  const { t } = useTranslation();
  if (!failure) return <Splash />;
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorMessage title={t('errors.noServerTitle')} error={failure} onRetry={lookAgain} />
    </main>
  );
}

const Splash = () => <LoadingIndicator className="min-h-dvh" />;
