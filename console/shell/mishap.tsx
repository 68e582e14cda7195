import { Component, type ReactNode } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { useWords } from '../language/language.tsx'
import { Page } from './page.tsx'

/**
 * Keeps what surrounds a page standing when the page itself cannot be shown, so that the way to the others, and to
 * the button that rolls back, stays open. Give it the address as its key: another page is another try.
 */
export class Mishap extends Component<{ readonly children: ReactNode }, { readonly happened: boolean }> {
  override state = { happened: false }

  static getDerivedStateFromError(): { readonly happened: boolean } {
    return { happened: true }
  }

  override render(): ReactNode {
    return this.state.happened ? <NotShown /> : this.props.children
  }
}

function NotShown() {
  const { say } = useWords()
  return (
    <Page title={say('mishap')}>
      <Notice
        tone="bad"
        role="alert"
        title={say('mishap.title')}
        action={
          <Button isSmall onClick={() => location.reload()}>
            {say('mishap.reload')}
          </Button>
        }
      >
        <p>{say('mishap.more')}</p>
      </Notice>
    </Page>
  )
}
