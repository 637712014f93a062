// One query cache. Lists are read again when the page is looked at after a while; writes name what they spoil.
import { QueryClient } from "@tanstack/vue-query";
import { asProblem } from "@api/problem";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: true,
      retry: (tries, error) => {
        const problem = asProblem(error);
        return tries < 2 && (problem.code === "network" || problem.code === "busy" || problem.status >= 502);
      },
    },
    mutations: { retry: false },
  },
});
