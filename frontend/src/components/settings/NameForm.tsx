import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useRenameAccount } from '@/hooks/useAccount';
import { useServerForm } from '@/hooks/useServerForm';
import { profileSchema } from '@/utils/validation';

/** The name that others see. */
export function NameForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const rename = useRenameAccount();
  const { form, field, onSubmit, failure, busy } = useServerForm<{ name: string }>({
    schema: profileSchema,
    initial: { name },
    submit: async (values) => {
      await rename.mutateAsync(values.name);
      toast.success(t('settings.nameSaved'));
    },
  });
  // It may change in another tab.
  useEffect(() => form.reset({ name }), [form, name]);
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <FormError message={failure} />
      <FormField
        label={t('settings.name')}
        autoComplete="name"
        hint={t('settings.nameHint')}
        {...field('name')}
      />
      <Button type="submit" busy={busy}>
        {t('settings.nameSave')}
      </Button>
    </form>
  );
}
