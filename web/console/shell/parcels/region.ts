// Where an address lies, as far as its masked beginning says. The same reading of provinces as the server's. Pure.
import type { Courier, StopArea } from "@api/desk";

const KINDS = /维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|中国|省|市/g;
const PROVINCES = ["北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港", "澳门"];

const folded = (text: string): string => text.replace(/[\s,，\-/]/g, "").replace(KINDS, "");

/** The province an address begins with, without its kind; null where the mask hides it. */
export function provinceOf(address: string): string | null {
  const text = folded(address);
  return PROVINCES.find((one) => text.startsWith(one)) ?? null;
}
/** A municipality said twice stands for itself once. */
export function within(address: string, region: string): boolean {
  const [where, of] = [folded(address), folded(region)];
  if (!of) return false;
  return where.startsWith(of) || (where.length > 2 && where.slice(2).startsWith(where.slice(0, 2)) && where.slice(2).startsWith(of));
}

const stops = (area: StopArea, courier: string, address: string, now: number): boolean => (!area.courier || area.courier === courier) && area.from <= now && (area.until === null || now < area.until) && within(address, area.region);

/** The stop area that keeps this courier from that address now. */
export function stopOf(areas: readonly StopArea[], courier: string, address: string, now: number): StopArea | null {
  return areas.find((area) => stops(area, courier, address, now)) ?? null;
}
/** Who goes there all the same. */
export function offered(couriers: readonly Courier[], areas: readonly StopArea[], courier: string, address: string, now: number): Courier[] {
  return couriers.filter((one) => one.on && one.code !== courier && !stopOf(areas, one.code, address, now));
}
