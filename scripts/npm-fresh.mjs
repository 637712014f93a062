// Exit 0 when web/node_modules holds what web/package-lock.json says, 1 when it must be installed again.
// npm notes what it installed in node_modules/.package-lock.json; an optional package of another platform
// is not in there.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("../web/", import.meta.url));
const packages = (path) => JSON.parse(readFileSync(web + path, "utf8")).packages;

/** What is wrong with the installed packages, or null. */
function stale() {
  if (!existsSync(`${web}node_modules/.package-lock.json`)) return "not installed";
  const wanted = packages("package-lock.json");
  const installed = packages("node_modules/.package-lock.json");
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === "" || (optional && !installed[path])) continue;
    if (installed[path]?.version !== version) return `${path} is not ${version}`;
    if (!existsSync(web + path)) return `${path} is gone`;
  }
  return Object.keys(installed).find((path) => !wanted[path]) ?? null;
}

process.exit(stale() === null ? 0 : 1);
