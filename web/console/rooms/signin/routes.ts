// Addresses of signing in, and of one’s own profile. The sign-in route is named `sign-in` and is `meta.open`.
import type { RouteRecordRaw } from "vue-router";

export default [] satisfies RouteRecordRaw[];
