export const textLink =
  'inline-block font-medium text-accent-text underline-offset-4 hover:underline max-md:py-1.5';
