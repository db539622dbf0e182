import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from 'react-router';
import { ErrorBoundary } from './components/ErrorBoundary';
import { ErrorMessage } from './components/ErrorMessage';
import { LoadingIndicator } from './components/LoadingIndicator';
import { AuthProvider, useAuth } from './contexts/AuthContext';
import { createQueryClient } from './services/queries';

const Login = lazy(() => import('./pages/Login'));
const Register = lazy(() => import('./pages/Register'));
const Forgot = lazy(() => import('./pages/Forgot'));
const Reset = lazy(() => import('./pages/Reset'));
const Verify = lazy(() => import('./pages/Verify'));
const LinkAccount = lazy(() => import('./pages/LinkAccount'));
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
          <Route element={<Anybody />}>
            <Route path="login" element={<Login />} />
            <Route path="register" element={<Register />} />
            <Route path="forgot" element={<Forgot />} />
            <Route path="reset" element={<Reset />} />
            <Route path="verify" element={<Verify />} />
            <Route path="link" element={<LinkAccount />} />
            <Route path="account-deleted" element={<AccountDeleted />} />
          </Route>
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

/** Pages that need no session; each decides what it is to somebody who has one. */
function Anybody() {
  const { session, failure } = useAuth();
  // While a renewal is under way a form would flash up and vanish; if that fails, the form is the way on.
  return session.status === 'unknown' && !failure ? <Splash /> : <Outlet />;
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
