import type { Reads, Transaction } from '../../store/index.ts'

/** Up to which entry people have been told; `undefined` before the first start. */
export async function readCursor({ db }: Reads): Promise<number | undefined> {
  return (await db.selectFrom('notice_cursor').select('seq').executeTakeFirst())?.seq
}

export async function moveCursor(tx: Transaction, seq: number): Promise<void> {
  await tx.db
    .insertInto('notice_cursor')
    .values({ id: 1, seq })
    .onConflict(conflict => conflict.column('id').doUpdateSet({ seq }))
    .execute()
}
