import type { Reads, Transaction, UserRow } from '../../store/index.ts'

export async function findUser({ db }: Reads, name: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst()
}

export async function findUserById({ db }: Reads, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function readUsers({ db }: Reads): Promise<readonly UserRow[]> {
  return db.selectFrom('users').selectAll().orderBy('name').execute()
}

export async function hasUsers({ db }: Reads): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Whether somebody else is an administrator who may sign in. */
export async function hasOtherAdministrator({ db }: Reads, id: string): Promise<boolean> {
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', 0)
    .where('id', '<>', id)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

export async function insertUser({ db }: Transaction, row: UserRow): Promise<void> {
  await db.insertInto('users').values(row).execute()
}

export async function updateUser({ db, atMs }: Transaction, id: string, change: Partial<UserRow>): Promise<void> {
  await db
    .updateTable('users')
    .set({ ...change, updated_at_ms: atMs })
    .where('id', '=', id)
    .execute()
}
