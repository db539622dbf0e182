import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { openPage } from '@/test/openPage';
import { DeferredMenu } from './DeferredMenu';
import { MenuItem, OpenMenu } from './Menu';

function open() {
  return openPage(
    <DeferredMenu
      label="Actions"
      className="relative"
      preload={() => undefined}
      menu={(props) => (
        <OpenMenu {...props}>
          <MenuItem>Rename</MenuItem>
        </OpenMenu>
      )}
    >
      …
    </DeferredMenu>,
    '/',
    '/',
  );
}
const button = () => screen.getByRole('button', { name: 'Actions' });
const item = () => screen.findByRole('menuitem', { name: 'Rename' });
const closed = () =>
  waitFor(() => {
    expect(screen.queryByRole('menuitem')).toBeNull();
    expect(button()).toHaveAttribute('aria-expanded', 'false');
  });

it('the button of an open menu closes it', async () => {
  const { user } = open();
  for (let times = 0; times < 2; times += 1) {
    await user.click(button());
    expect(await item()).toBeVisible();
    // Pressing alone closes it already; letting go is the click.
    await user.pointer({ keys: '[MouseLeft>]', target: button() });
    await closed();
    await user.pointer('[/MouseLeft]');
    await closed();
  }
});

it('opens again after it was closed in another way', async () => {
  const { user } = open();
  await user.click(button());
  await user.click(await item());
  await closed();
  await user.click(button());
  await item();
  // Pressed, but let go elsewhere.
  await user.pointer([{ keys: '[MouseLeft>]', target: button() }, { target: document.body }, '[/MouseLeft]']);
  await closed();
  button().focus();
  await user.keyboard('{Enter}');
  expect(await item()).toBeVisible();
  await user.keyboard('{Escape}');
  await closed();
  expect(button()).toHaveFocus();
  await user.keyboard('{ArrowDown}');
  expect(await item()).toBeVisible();
});
