import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, useLocation } from 'react-router';
import { Pages, Queries } from '@/App';
import { AuthProvider } from '@/contexts/AuthContext';

const Address = () => {
  const { pathname, search, hash } = useLocation();
  return <p data-testid="address">{pathname + search + hash}</p>;
};

/** The whole application at an address, for whoever is signed in or not; returns when there is a page. */
export async function openAt(path: string) {
  const user = userEvent.setup();
  const view = render(
    <Queries>
      <MemoryRouter initialEntries={[path]}>
        <AuthProvider>
          <Pages />
        </AuthProvider>
        <Address />
      </MemoryRouter>
    </Queries>,
  );
  await screen.findByRole('heading', { level: 1 }, { timeout: 5000 });
  return { user, view };
}
