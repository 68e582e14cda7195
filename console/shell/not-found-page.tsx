import { Link } from 'wouter'
import { Empty } from '../design/panel.tsx'
import { useWords } from '../language/language.tsx'
import { Page } from './page.tsx'

export function NotFoundPage() {
  const { say } = useWords()
  return (
    <Page title={say('notFound')}>
      <Empty title={say('notFound.lead')}>
        <Link href="/" className="text-sea underline underline-offset-4">
          {say('notFound.home')}
        </Link>
      </Empty>
    </Page>
  )
}
