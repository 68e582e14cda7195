import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog, DialogActions } from '../design/dialog.tsx'
import { Notice } from '../design/notice.tsx'
import { useTexts, useWords } from '../language/language.tsx'
import { SECRET } from '../language/texts/secret.ts'

/** Shows what is shown once: it can be copied, and does not vanish by a slip of the hand. */
export function SecretDialog({
  title,
  name,
  secret,
  onClose,
  children,
}: {
  readonly title: string
  /** What the secret is. */
  readonly name: string
  readonly secret: string
  readonly onClose: () => void
  /** What it is for. */
  readonly children?: ReactNode
}) {
  useTexts(SECRET)
  const { say } = useWords()
  const shown = useRef<HTMLElement>(null)
  const [copied, setCopied] = useState<'no' | 'yes' | 'by-hand'>('no')
  const [isWarned, setWarned] = useState(false)
  const copy = async (): Promise<void> => {
    setWarned(false)
    setCopied((await copyText(secret, shown.current)) ? 'yes' : 'by-hand')
  }
  const slip = (): void => {
    if (copied === 'yes' || isWarned) onClose()
    else setWarned(true)
  }
  return (
    <Dialog title={title} onClose={slip}>
      {children}
      <div className="grid gap-1.5">
        <p className="text-sm font-medium" id="secret-name">
          {name}
        </p>
        <div className="flex flex-wrap items-center gap-2 rounded-md border border-edge/60 bg-sunken py-2 pr-2 pl-3">
          <code ref={shown} aria-labelledby="secret-name" className="min-w-0 flex-[1_1_12rem] font-mono break-all">
            {secret}
          </code>
          <Button look="primary" onClick={() => void copy()}>
            {say(copied === 'yes' ? 'secret.copied' : 'secret.copy')}
          </Button>
        </div>
        <p role="status" className="text-sm text-soft">
          {copied === 'no' && say('secret.once')}
          {copied === 'yes' && say('secret.isCopied')}
          {copied === 'by-hand' && say('secret.byHand')}
        </p>
      </div>
      {isWarned && (
        <Notice tone="warn" role="alert" title={say('secret.notCopied')}>
          {say('secret.notCopiedHint')}
        </Notice>
      )}
      <DialogActions>
        <Button onClick={onClose}>{say('secret.done')}</Button>
      </DialogActions>
    </Dialog>
  )
}

/**
 * Copies a text. The browser's clipboard is for secure contexts alone, and a hub may be read over plain HTTP: there,
 * what is shown is marked and copied as by hand. `false` when it stays to the reader; it is marked then.
 */
async function copyText(text: string, shown: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    if (!shown) return false
    getSelection()?.selectAllChildren(shown)
    return document.execCommand('copy')
  }
}
