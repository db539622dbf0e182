import { useQuery } from '@tanstack/react-query';
import { getChatConfig } from '@/services/conversations';

/** How questions are answered on this server; it changes only with a restart. */
export const useChatConfig = () =>
  useQuery({
    queryKey: ['chat-config'],
    queryFn: ({ signal }) => getChatConfig(signal),
    staleTime: 5 * 60_000,
  });
