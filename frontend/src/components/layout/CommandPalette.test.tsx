import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { UploadContext } from '@/contexts/UploadContext';
import { signedIn } from '@/services/session';
import { openPage } from '@/test/openPage';
import { server, signIn } from '@/test/server';
import CommandPalette from './CommandPalette';

const conversation = (id: string, title: string) => ({
  id,
  title,
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:05Z',
});

function open(documents: { id: string; title: string }[] = []) {
  server.use(
    http.get('*/api/v1/conversations', () =>
      HttpResponse.json({
        items: [
          conversation('adada0', 'Calibration interval of the pressure sensor'),
          conversation('c2', 'Sessions of the steering board'),
        ],
        next_cursor: null,
      }),
    ),
    http.get('*/api/v1/documents', () => HttpResponse.json({ items: documents, next_cursor: null })),
  );
  return openPage(
    <UploadContext value={{ pickFiles: () => undefined, pickFolder: () => undefined }}>
      <CommandPalette onClose={() => undefined} />
    </UploadContext>,
    '/',
    '/',
  );
}
const offered = () => screen.queryAllByRole('option').map((option) => option.textContent);
const settled = (...wanted: string[]) =>
  waitFor(() => expect(offered().slice(0, wanted.length)).toEqual(wanted), { timeout: 5000 });

describe('the command palette', () => {
  it('puts words and beginnings first, and takes no stray letters for a match', async () => {
    const { user } = open();
    await screen.findByRole('option', { name: /Calibration/ }, { timeout: 5000 });
    await user.keyboard('sess');
    await settled('Sessions', 'Sessions of the steering board');
    expect(offered()).not.toContain('Calibration interval of the pressure sensor');
    await user.clear(screen.getByRole('combobox'));
    await user.keyboard('ada');
    // Neither by letters here and there nor by an id that nobody sees.
    await settled('Search the library for “ada”');
  });

  it('reaches every page and tab that the registry has for the reader, and no other', async () => {
    const { user } = open();
    await user.keyboard('audit');
    await settled('Audit log');
    signedIn({ ...signIn(), user: { ...signIn().user, role: 'member' } });
    await settled('Search the library for “audit”');
  });

  it('shows what the server found in its own way', async () => {
    const { user } = open([{ id: 'd1', title: 'Straßenplan' }]);
    await user.keyboard('strassenplan');
    await waitFor(() => expect(offered()).toContain('Straßenplan'), { timeout: 5000 });
  });
});
