import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { notice } from '@/utils/notice';
import Notices from './Notices';

it('shows once what was told before it stood', async () => {
  await notice('error', 'Could not be sent', 'The server does not answer.');

  render(<Notices />);

  expect(await screen.findByText('Could not be sent')).toBeVisible();
  expect(screen.getAllByText('The server does not answer.')).toHaveLength(1);
  expect(screen.getByText('Could not be sent').closest('[data-type]')).toHaveAttribute('data-type', 'error');
});
