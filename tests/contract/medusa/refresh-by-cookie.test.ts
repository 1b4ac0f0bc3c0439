import axios from "axios";
import createAuthRefreshInterceptor from "axios-auth-refresh";
import { expect, inject, test } from "vitest";
import { session, verifiedUser } from "@/tests/support/people";

const { url } = inject("server");

test("two requests fail at once, one refresh by the session cookie, both succeed", async () => {
  const user = await verifiedUser();
  const { token } = await session(user);
  const posts: string[] = [];
  const stored = new Map([["token", "expired"]]);
  const localStorage = { setItem: (key: string, value: string) => void stored.set(key, value) };
  const API_URL = url;
  // Node has no cookie jar, so a header sends the browser's cookie.
  const axiosInstance = axios.create({ withCredentials: true, headers: { cookie: `authjs.session-token=${token}` } });
  axiosInstance.interceptors.request.use((request) => {
    if (request.method === "post") posts.push(request.url ?? "");
    // As in the tutorial, every request sends the token that is stored now.
    request.headers.Authorization = `Bearer ${stored.get("token")}`;
    return request;
  });

  const refreshAuthLogic = (failedRequest: { response: { config: { headers: Record<string, string> } } }) =>
    axiosInstance.post(`${API_URL}/auth/token/refresh`).then((tokenRefreshResponse) => {
      localStorage.setItem("token", tokenRefreshResponse.data.token);
      failedRequest.response.config.headers.Authorization = `Bearer ${tokenRefreshResponse.data.token}`;
      return Promise.resolve();
    });
  // By default version 5 drops a request that fails while another's refresh is under way. The tutorial was written for an older
  // version, which did not.
  createAuthRefreshInterceptor(axiosInstance, refreshAuthLogic, { deduplicateRefresh: false });

  const read = () => axiosInstance.get(`${API_URL}/api/me`);
  const answers = await Promise.all([read(), read()]);
  expect(answers.map(({ status, data }) => [status, data.email])).toEqual([
    [200, user.email],
    [200, user.email],
  ]);
  expect(posts).toEqual([`${url}/auth/token/refresh`]);
  expect(stored.get("token")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
