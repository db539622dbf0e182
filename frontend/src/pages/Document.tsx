import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { replyTools } from '@/components/actions/replyTools';
import { Button } from '@/components/ui/Button';
import { DocumentViewer } from '@/components/viewer/DocumentViewer';
import { useDocument } from '@/hooks/useDocuments';
import { useHotkey } from '@/hooks/useHotkey';
import { usePageTitle } from '@/hooks/usePageTitle';
import { passageOf, versionOf } from '@/utils/paths';

/** A document by itself, at `/documents/:id?version=&start=&end=`. */
export default function DocumentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { documentId = '' } = useParams();
  const [params] = useSearchParams();
  const head = useDocument(documentId);
  usePageTitle(head.data?.title ?? '');
  const back = () => void (window.history.state?.idx > 0 ? navigate(-1) : navigate('/library'));
  useHotkey('escape', back);
  return (
    <DocumentViewer
      documentId={documentId}
      version={versionOf(params)}
      passage={passageOf(params)}
      layout="page"
      tools={replyTools}
      leading={
        <Button variant="ghost" size="icon" aria-label={t('viewer.back')} onClick={back}>
          <ArrowLeft aria-hidden />
        </Button>
      }
    />
  );
}
