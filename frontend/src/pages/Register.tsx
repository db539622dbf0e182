import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { AuthForm } from '@/components/auth/AuthForm';
import { AuthPage } from '@/components/auth/AuthPage';
import { register } from '@/services/auth';
import { registerSchema } from '@/utils/validation';

export default function Register() {
  const { t } = useTranslation();
  const { search } = useLocation();
  return (
    <AuthPage
      title={t('auth.registerTitle')}
      text={t('auth.registerText')}
      other={{ text: t('auth.toLogin'), link: t('auth.toLoginLink'), to: `/login${search}` }}
    >
      <AuthForm
        schema={registerSchema}
        fields={['name', 'email', 'password']}
        passwordAutoComplete="new-password"
        passwordHint={t('auth.passwordHint')}
        action={t('auth.register')}
        submit={({ name, email, password }) => register({ email, password, name: name || undefined })}
      />
    </AuthPage>
  );
}
