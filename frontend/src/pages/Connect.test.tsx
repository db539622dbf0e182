import { screen } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { signedIn } from '@/services/session';
import { answeringConnections, connection, connector } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server, signIn } from '@/test/server';
import Connect from './Connect';

const open = (type = 'toy') => openPage(<Connect />, '/connections/new/:type', `/connections/new/${type}`);
const press = () => screen.getByRole('button', { name: 'Connect' });
const bodyOf = (line: string | undefined) =>
  JSON.parse(line?.replace('POST /connections ', '') ?? '') as Record<string, unknown>;

afterEach(() => vi.unstubAllGlobals());

describe('connecting', () => {
  it('explains what is asked for, and has no accessibility violations', async () => {
    answeringConnections();
    const { view } = open();
    expect(await screen.findByRole('heading', { name: 'Connect Toy' })).toBeInTheDocument();
    expect(screen.getByText('To read the notes that you choose.')).toBeInTheDocument();
    expect(screen.getByText('notes.read')).toBeInTheDocument();
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('shows what is asked for as it is chosen: for whom, and with which options', async () => {
    answeringConnections();
    const { user } = open();
    await user.click(await screen.findByRole('radio', { name: /Your own/ }));
    expect(screen.queryByText('notes.join')).not.toBeInTheDocument();
    expect(screen.queryByText('drafts.read')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText(/^Drafts/));
    expect(screen.getByText('drafts.read')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: /The workspace’s/ }));
    expect(screen.getByText('notes.join')).toBeInTheDocument();
    expect(screen.queryByText('drafts.read')).not.toBeInTheDocument();
  });

  it('sends what was chosen, with a token, and leads to the connection', async () => {
    const { done } = answeringConnections();
    const { user } = open();
    await user.click(await screen.findByRole('radio', { name: /The workspace’s/ }));
    await user.type(screen.getByLabelText('Token of Toy'), ' s3cret ');
    await user.type(screen.getByLabelText('Name'), 'Team');
    await user.click(press());
    expect(await screen.findByText('/connections/c1')).toBeInTheDocument();
    expect(bodyOf(done[0])).toEqual({
      type: 'toy',
      purpose: 'sync',
      mode: 'workspace',
      name: 'Team',
      credentials: { token: 's3cret' },
      options: {},
      return_to: '/connections',
      held: true,
    });
  });

  it('goes to the provider where it is allowed there', async () => {
    const assign = vi.fn();
    vi.stubGlobal('location', { ...location, origin: location.origin, assign });
    const { done } = answeringConnections();
    server.use(
      http.post('*/api/v1/connections', async ({ request }) => {
        done.push(await request.text());
        return HttpResponse.json(
          { ...connection(), authorize_url: 'https://toy.example/allow' },
          { status: 201 },
        );
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('radio', { name: 'Sign in there' }));
    await user.click(screen.getByRole('button', { name: 'Continue to Toy' }));
    await vi.waitFor(() => expect(assign).toHaveBeenCalledWith('https://toy.example/allow'));
    expect(bodyOf(done[0])).not.toHaveProperty('credentials');
    expect(screen.getByRole('button', { name: 'Continue to Toy' })).toHaveAttribute('aria-busy', 'true');
  });

  it('takes the key of a service account from its file, and nothing that is none', async () => {
    const { done } = answeringConnections();
    const { user } = open();
    await user.click(await screen.findByRole('radio', { name: 'Service account' }));
    await user.click(press());
    expect(await screen.findByText(/^Choose the key file/)).toBeInTheDocument();
    await user.type(screen.getByLabelText('Key of the service account'), 'no key');
    await user.click(press());
    expect(await screen.findByText(/^This is no key/)).toBeInTheDocument();
    const key = new File(['{"type":"service_account"}'], 'key.json', { type: 'application/json' });
    await user.upload(screen.getByLabelText('Choose a file', { selector: 'input' }), key);
    await user.type(screen.getByLabelText('Mailbox'), 'ada@toy.example');
    await user.click(press());
    expect(await screen.findByText('/connections/c1')).toBeInTheDocument();
    expect(bodyOf(done[0])).toMatchObject({
      credentials: { service_account: '{"type":"service_account"}' },
      options: { mailbox: 'ada@toy.example' },
    });
  });

  it('asks for the token before anything is sent', async () => {
    const { done } = answeringConnections();
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Connect' }));
    expect(await screen.findByText('Enter the token.')).toBeInTheDocument();
    expect(done).toEqual([]);
  });

  it('puts what the server says onto the fields that it names', async () => {
    answeringConnections();
    server.use(
      http.post('*/api/v1/connections', () =>
        problem(422, 'invalid_input', {
          errors: [
            { field: 'name', code: 'x', message: 'Too long.' },
            { field: 'credentials.token', code: 'x', message: 'Too short.' },
          ],
        }),
      ),
    );
    const { user } = open();
    await user.type(await screen.findByLabelText('Token of Toy'), 'x');
    await user.click(press());
    expect(await screen.findByText('Some of it does not fit. See the fields above.')).toBeInTheDocument();
    for (const [label, text] of [
      ['Name', 'Too long.'],
      ['Token of Toy', 'Too short.'],
    ] as const) {
      expect(screen.getByLabelText(label)).toHaveAccessibleDescription(text);
    }
  });

  it.each([
    ['reauth_required', 'Token of Toy'],
    ['source_unavailable', null],
    ['unknown_credentials', null],
    ['admin_only', null],
  ])('says what the server refuses: %s', async (code, label) => {
    answeringConnections();
    server.use(http.post('*/api/v1/connections', () => problem(409, code)));
    const { user } = open();
    await user.type(await screen.findByLabelText('Token of Toy'), 'x');
    await user.click(press());
    expect(await screen.findByText(`detail of ${code}`)).toBeInTheDocument();
    if (label) expect(screen.getByLabelText(label)).toHaveAccessibleDescription(`detail of ${code}`);
    expect(screen.getByLabelText('Token of Toy')).toHaveValue('x');
  });

  it('asks members nothing about whose it is', async () => {
    const { done } = answeringConnections();
    const { user } = open();
    signedIn({ ...signIn(), user: { ...signIn().user, role: 'member' } });
    await user.type(await screen.findByLabelText('Token of Toy'), 'x');
    expect(screen.queryByRole('radio', { name: /The workspace’s/ })).not.toBeInTheDocument();
    await user.click(press());
    expect(await screen.findByText('/connections/c1')).toBeInTheDocument();
    expect(bodyOf(done[0]).mode).toBe('personal');
  });

  it.each([
    [connector({ configured: false }), /^This service is not set up here/],
    [connector({ modes: ['workspace'] }), /^This service is connected for everybody/],
  ])('says why there is no form: %#', async (given, words) => {
    answeringConnections({ connectors: [given] });
    open();
    signedIn({ ...signIn(), user: { ...signIn().user, role: 'member' } });
    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('knows no service that is not there, and says when none could be asked', async () => {
    answeringConnections();
    open('nothing');
    expect(
      await screen.findByRole('heading', { level: 1, name: 'There is nothing at this address' }),
    ).toBeInTheDocument();
    server.use(http.get('*/api/v1/connectors', () => problem(500, 'internal_error'), { once: true }));
    const { user } = open();
    expect(await screen.findByText('The services could not be loaded')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Connect Toy' })).toBeInTheDocument();
  });
});
