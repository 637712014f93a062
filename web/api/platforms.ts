// Where a shop can stand, as the server knows it.
export const PLATFORMS = ["web", "taobao", "tmall", "jd", "pdd", "douyin", "distributor"] as const;
