import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FormattedText } from './FormattedText';

const draw = (html: string) => render(<FormattedText html={html} />).container;

describe('the formatted text of a mail', () => {
  it('shows its elements', () => {
    const drawn = draw(
      '<p>Dear <b>Dana</b></p><ol start="3"><li>three</li></ol><table><tr><td>7</td></tr></table>',
    );
    expect(screen.getByText('Dana').localName).toBe('b');
    expect(drawn.querySelector('ol')).toHaveAttribute('start', '3');
    expect(screen.getByRole('cell', { name: '7' })).toBeVisible();
  });

  it('has links that lead nowhere from here, and no headings of its own', () => {
    const drawn = draw('<h1>Launch</h1><a href="https://x.example/">here</a>');
    expect(drawn.querySelector('a, h1')).toBeNull();
    expect(screen.getByText('here')).toHaveAttribute('title', 'https://x.example/');
  });

  it('draws nothing else, even if it came through', () => {
    const drawn = draw(
      '<img src=x onerror=alert(1)><p style="color:red" onclick="alert(1)" id=x class=y>words</p><script>1</script>' +
        '<iframe src="https://evil.example"></iframe><svg><a href="javascript:1">in</a></svg><form><input></form>',
    );
    expect(
      drawn.querySelector('img, script, style, iframe, svg, form, input, [style], [onclick], [id]'),
    ).toBeNull();
    expect(screen.getByText('words')).toHaveClass('my-3', { exact: true });
  });
});
