// Addresses of the team room: people, roles, groups, shops, roster.
import type { RouteRecordRaw } from "vue-router";

export default [] satisfies RouteRecordRaw[];
