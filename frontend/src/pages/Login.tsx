import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { AuthForm } from '@/components/auth/AuthForm';
import { AuthPage } from '@/components/auth/AuthPage';
import { login } from '@/services/auth';
import { loginSchema } from '@/utils/validation';

export default function Login() {
  const { t } = useTranslation();
  const { search } = useLocation();
  return (
    <AuthPage
      title={t('auth.loginTitle')}
      text={t('auth.loginText')}
      other={{ text: t('auth.toRegister'), link: t('auth.toRegisterLink'), to: `/register${search}` }}
    >
      <AuthForm
        schema={loginSchema}
        fields={['email', 'password']}
        passwordAutoComplete="current-password"
        action={t('auth.login')}
        submit={({ email, password }) => login({ email, password })}
      />
    </AuthPage>
  );
}
