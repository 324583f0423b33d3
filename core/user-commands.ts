/** `pvmon user ...`: the people who may log in. A pvmon that runs sees each change within seconds. */
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import {
  addUser,
  removeUser,
  requireAbsent,
  requireUser,
  setPassword,
  setRole,
  type User,
  type UsersChange,
} from "./access/users.js";
import { UsersError } from "./access/users-error.js";
import { changeUsers, readUsers } from "./access/users-file.js";
import type { Terminal } from "./cli.js";
import { readSource, SiteFile } from "./config/site-file.js";
import { ROLES, type Role } from "./plugin/services.js";

const EXAMPLE = `
Examples:
  pvmon user add anna --role operator --config site.yml
  pvmon user list --file /var/lib/pvmon/users.json
  pass show pvmon/anna | pvmon user password anna --config site.yml

Roles: a viewer reads, an operator changes things and asks the network, an admin also sees the configuration. Passwords
are asked for on a terminal, or read as one line of standard input. They are no arguments, which others could see.`;

interface Where {
  readonly config?: string;
  readonly file?: string;
}

/** Adds them to the program. */
export function addUserCommands(pvmon: Command, terminal: Terminal): void {
  const users = pvmon
    .command("user")
    .description("users who may log in: add, list, remove, and change passwords and roles")
    .addHelpText("after", EXAMPLE);
  const subcommand = (usage: string, description: string): Command =>
    users
      .command(usage)
      .description(description)
      .option("-c, --config <site.yml>", "the site file that names the users file (access.users)")
      .option("-f, --file <users.json>", "the users file itself")
      .addHelpText("after", EXAMPLE);
  const say = (text: string): Promise<void> => terminal.out(`${text}\n`);
  const change = async (command: Command, what: UsersChange, done: string): Promise<void> => {
    const path = usersPath(command);
    await changeUsers(path, what);
    await say(`${done} in ${path}`);
  };

  subcommand("add <name>", "add a user; asks for the password")
    .addOption(
      new Option("-r, --role <role>", "what the user may").choices(ROLES).makeOptionMandatory(),
    )
    .action(async (name: string, { role }: { readonly role: Role }, command: Command) => {
      addUser(name, role, "", 0);
      requireAbsent(await usersOf(command), name);
      const password = await terminal.newPassword();
      await change(command, addUser(name, role, password, Date.now()), `added ${name}, ${role},`);
    });
  subcommand("list", "list the users with their roles").action(
    async (_options: Where, command: Command) => {
      const list = await usersOf(command);
      if (list.length === 0) await say("no users yet");
      for (const { name, role, changedAt } of list) {
        await say(`${name.padEnd(24)} ${role.padEnd(8)} changed ${changedAt}`);
      }
    },
  );
  subcommand("remove <name>", "remove a user; ends the user's sessions").action(
    async (name: string, _options: Where, command: Command) =>
      change(command, removeUser(name), `removed ${name}`),
  );
  subcommand("password <name>", "set another password; ends the user's sessions").action(
    async (name: string, _options: Where, command: Command) => {
      requireUser(await usersOf(command), name);
      const password = await terminal.newPassword();
      await change(command, setPassword(name, password, Date.now()), `set the password of ${name}`);
    },
  );
  subcommand("role <name> <role>", "give a user another role; ends the user's sessions").action(
    async (name: string, role: string, _options: Where, command: Command) => {
      const known = ROLES.find((one) => one === role);
      if (known === undefined) {
        command.error(`error: a role is one of ${ROLES.join(", ")}, and not "${role}"`);
      }
      await change(command, setRole(name, known as Role, Date.now()), `made ${name} ${role}`);
    },
  );
}

async function usersOf(command: Command): Promise<readonly User[]> {
  const path = usersPath(command);
  return (await readUsers(path))?.users.users ?? [];
}

function usersPath(command: Command): string {
  const { config, file } = command.optsWithGlobals<Where>();
  if (file !== undefined && config !== undefined) {
    command.error("error: give --config or --file, not both");
  }
  if (file !== undefined) return resolve(file);
  if (config === undefined) {
    command.error(
      "error: say which users: --config site.yml, whose access.users names the file, or --file users.json",
    );
  }
  return pathInSite(config as string);
}

/** Other mistakes of the site file do not matter here, nor that its secrets are not at hand. */
function pathInSite(config: string): string {
  const file = new SiteFile(readSource(config), process.env);
  const { access } = file.site() as { readonly access?: { readonly users?: unknown } };
  if (file.isUnknown(["access", "users"])) file.throwIfWrong();
  if (typeof access?.users === "string") return access.users;
  if (access?.users !== undefined) file.throwIfWrong();
  throw new UsersError(
    `${config} names no users file: add  access: { users: users.json }  to it, or give --file users.json`,
  );
}
