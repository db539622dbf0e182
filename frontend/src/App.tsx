import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { ErrorBoundary } from './components/ErrorBoundary';
import { ErrorMessage } from './components/ErrorMessage';
import { LoadingIndicator } from './components/LoadingIndicator';
import { AuthProvider, useAuth } from './contexts/AuthContext';
import { createQueryClient } from './services/queries';
import { returnPathOf } from './utils/paths';

const Login = lazy(() => import('./pages/Login'));
const Register = lazy(() => import('./pages/Register'));
const Shell = lazy(() => import('./components/layout/Shell'));
const Chat = lazy(() => import('./pages/Chat'));
const Library = lazy(() => import('./pages/Library'));
const DocumentPage = lazy(() => import('./pages/Document'));
const Search = lazy(() => import('./pages/Search'));
const AccountDeleted = lazy(() => import('./pages/AccountDeleted'));
const Settings = lazy(() => import('./pages/Settings'));
const Admin = lazy(() => import('./pages/Admin'));
const NotFound = lazy(() => import('./pages/NotFound'));

export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <AuthProvider>
          <Pages />
        </AuthProvider>
      </BrowserRouter>
    </QueryClientProvider>
  );
}

export function Pages() {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary resetKey={pathname}>
      <Suspense fallback={<Splash />}>
        <Routes>
          <Route path="/login" element={<SignedOut page={<Login />} />} />
          <Route path="/register" element={<SignedOut page={<Register />} />} />
          <Route path="/account-deleted" element={<SignedOut page={<AccountDeleted />} />} />
          <Route element={<SignedIn />}>
            <Route index element={<Chat />} />
            <Route path="c/:conversationId" element={<Chat />} />
            <Route path="library" element={<Library />} />
            <Route path="documents/:documentId" element={<DocumentPage />} />
            <Route path="search" element={<Search />} />
            <Route path="settings/:tab?" element={<Settings />} />
            <Route path="admin/:tab?" element={<Admin />} />
            <Route path="*" element={<NotFound />} />
          </Route>
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}

/** Pages for people without a session; with one they lead on to where the person was going. */
function SignedOut({ page }: { page: ReactNode }) {
  const { session } = useAuth();
  const location = useLocation();
  if (session.status === 'signed-in') return <Navigate to={returnPathOf(location.search)} replace />;
  // While a renewal is under way the form would flash up and vanish; if that fails, the form is the way on.
  if (session.status === 'unknown') return <Waiting>{page}</Waiting>;
  return page;
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

function Waiting({ children }: { children?: ReactNode }) {
  const { failure, lookAgain } = useAuth();
  const { t } = useTranslation();
  if (!failure) return <Splash />;
  return (
    children ?? (
      <main className="grid min-h-dvh place-items-center">
        <ErrorMessage title={t('errors.noServerTitle')} error={failure} onRetry={lookAgain} />
      </main>
    )
  );
}

const Splash = () => <LoadingIndicator className="min-h-dvh" />;
