// Addresses of the audit trail.
import type { RouteRecordRaw } from "vue-router";

export default [] satisfies RouteRecordRaw[];
