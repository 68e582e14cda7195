import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './design/console.css'
import { ThemeProvider } from './design/theme.tsx'
import { isPassing, Refused } from './hub/ask.ts'
import { sessionQuery } from './hub/queries.ts'

/** Whatever is refused for want of a session ends the session here, too: the sign-in page comes by itself. */
function signOutWhere(error: unknown): void {
  if (error instanceof Refused && error.status === 401) client.setQueryData(sessionQuery.queryKey, null)
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError: signOutWhere }),
  mutationCache: new MutationCache({ onError: signOutWhere }),
  defaultOptions: {
    queries: {
      // What is live is told as it happens; the rest is asked for again when a page is opened.
      staleTime: 2_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
      // The hub may be on this machine, whatever the browser thinks of the network.
      networkMode: 'always',
    },
    // An order may hold a password, and its answer a token: neither is kept longer than what shows it.
    mutations: { networkMode: 'always', gcTime: 0 },
  },
})

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <App />
      </ThemeProvider>
    </QueryClientProvider>
  </StrictMode>,
)
