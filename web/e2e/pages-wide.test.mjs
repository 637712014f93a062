import { everyPage } from "./every-page.mjs";

everyPage("wide");
