import { everyPage } from "./every-page.mjs";

everyPage("narrow");
