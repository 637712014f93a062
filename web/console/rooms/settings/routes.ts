// Addresses of the settings room.
import type { RouteRecordRaw } from "vue-router";

export default [] satisfies RouteRecordRaw[];
