export default { "zh-CN": { title: "接待", search: { title: "搜索" } }, en: { title: "Reception", search: { title: "Search" } } };
