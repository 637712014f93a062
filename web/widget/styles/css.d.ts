// A style file as the text of its minified rules.
declare module '*.css?inline' {
  const css: string;
  export default css;
}
