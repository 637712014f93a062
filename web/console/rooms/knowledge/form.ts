// The forms and deeds of this room, with its own sentences for problems.
import { useDeedOf, useFormOf, useSay as useSayOf } from "@shell/form";

export const useSay = () => useSayOf("knowledge");
export const useForm = (fields: readonly string[]) => useFormOf("knowledge", fields);
export const useDeed = () => useDeedOf("knowledge");
