/** Whether somebody can log in, and nobody else can read who. */
import { readUsers, usersFileFault } from "../access/users-file.js";
import type { SiteConfig } from "../config/site.js";
import type { Finding } from "../plugin/diagnosis.js";

export async function accessFindings(
  { users, tokens }: SiteConfig["access"],
  site: string,
): Promise<readonly Finding[]> {
  const subject = "users";
  if (users === undefined) {
    if (tokens.length > 0)
      return [{ subject, state: "ok", saw: `${tokens.length} tokens, no users` }];
    return [
      {
        subject,
        state: "warning",
        saw: "there is no users file, so nobody can log in",
        todo: `add to ${site}:  access: { users: /var/lib/pvmon/users.json }`,
      },
    ];
  }
  const fault = await usersFileFault(users);
  if (fault !== undefined) {
    const todo = /chmod/.test(fault) ? `chmod 600 ${users}` : `mend ${users}, or move it away`;
    return [{ subject, state: "failed", saw: fault, todo }];
  }
  const known = (await readUsers(users))?.users.users ?? [];
  const admins = known.filter(({ role }) => role === "admin").length;
  if (admins > 0) {
    return [{ subject, state: "ok", saw: `${known.length} in ${users}, ${admins} of them admin` }];
  }
  return [
    {
      subject,
      state: "warning",
      saw: known.length === 0 ? `none in ${users} yet` : `no admin among the ${known.length} users`,
      todo: `pvmon user add <name> --role admin --config ${site}`,
    },
  ];
}
