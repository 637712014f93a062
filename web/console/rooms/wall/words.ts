export default { "zh-CN": { title: "看板" }, en: { title: "Wall" } };
