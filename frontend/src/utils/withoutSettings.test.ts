import { describe, expect, it } from 'vitest';
import { withoutSettings } from './withoutSettings';

describe('a message for members', () => {
  it('keeps what says nothing of settings', () => {
    const text = 'This file is encrypted. Remove the password and add it again.';
    expect(withoutSettings(text)).toEqual({ text, advised: false });
  });

  it('loses the setting that stands behind what it limits', () => {
    expect(
      withoutSettings(
        'At most 500 files are taken in one upload (BIBLIOS_UPLOAD_MAX_FILES). Send the rest after it.',
      ),
    ).toEqual({ text: 'At most 500 files are taken in one upload. Send the rest after it.', advised: false });
  });

  it('loses the sentences that only an administrator can follow', () => {
    expect(
      withoutSettings('The model refused the key. Set BIBLIOS_LLM_API_KEY to a valid key. Try again.'),
    ).toEqual({ text: 'The model refused the key. Try again.', advised: true });
    expect(withoutSettings('Put the lines into `.env`.')).toEqual({ text: '', advised: true });
  });
});
