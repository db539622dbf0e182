import { Component, type ErrorInfo, type ReactNode } from 'react';
import { type WithTranslation, withTranslation } from 'react-i18next';
import { Button } from './ui/Button';

interface Props extends WithTranslation {
  /** When this changes (e.g. the address), the page is tried afresh. */
  resetKey?: string;
  /** Its heading; a part of a page has a lower one than a page. */
  heading?: 'h1' | 'h3';
  children: ReactNode;
}

interface State {
  error: Error | null;
}

/** The last net: a page that failed to draw says so and can be tried again; the rest of the screen stays. */
class Boundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidUpdate(previous: Props): void {
    if (this.state.error && previous.resetKey !== this.props.resetKey) this.setState({ error: null });
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    reportError(new Error(`${error.message}${info.componentStack ?? ''}`, { cause: error }));
  }

  override render(): ReactNode {
    const { t, children, heading: Heading = 'h1' } = this.props;
    const { error } = this.state;
    if (!error) return children;
    // A chunk that is gone means that a newer release is being served; loading the page again is the whole cure.
    const outdated = /dynamically imported module|module script failed|Failed to fetch/i.test(error.message);
    return (
      <div role="alert" className="mx-auto flex max-w-md flex-col items-center px-6 py-24 text-center">
        <Heading className="text-xl font-semibold">
          {t(outdated ? 'errors.outdatedTitle' : 'errors.crashedTitle')}
        </Heading>
        <p className="mt-2 text-base text-ink-2">
          {t(outdated ? 'errors.outdatedText' : 'errors.crashedText')}
        </p>
        <div className="mt-6 flex gap-2">
          {!outdated && <Button onClick={() => this.setState({ error: null })}>{t('common.retry')}</Button>}
          <Button variant="primary" onClick={() => location.reload()}>
            {t('errors.reload')}
          </Button>
        </div>
      </div>
    );
  }
}

export const ErrorBoundary = withTranslation()(Boundary);
