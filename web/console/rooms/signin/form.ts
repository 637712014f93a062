// The forms of this room, with its own sentences for problems.
import { useFormOf, useSay as useSayOf } from "@shell/form";

export const useSay = () => useSayOf("signin");
export const useForm = (fields: readonly string[]) => useFormOf("signin", fields);
