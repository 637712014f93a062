// The forms and deeds of this room, with its own sentences for problems.
import { useDeedOf, useFormOf } from "@shell/form";

export const useForm = (fields: readonly string[]) => useFormOf("team", fields);
export const useDeed = () => useDeedOf("team");
