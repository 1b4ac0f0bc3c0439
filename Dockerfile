# Builds the site, then keeps the files that run it: no npm, no packages that only a build needs. `docker compose up` starts it
# with PostgreSQL (compose.yaml). Without PostgreSQL it keeps SQLite in the volume /data. tests/starter/container.test.ts runs
# these lines.

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
RUN npm run standalone

FROM node:24-trixie-slim
WORKDIR /app
COPY --from=build /app/.next/standalone ./
RUN mkdir /data && chown node /data
ENV NODE_ENV=production DATABASE_URL=file:/data/site.db PORT=3000
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --start-period=20s CMD node -e "fetch('http://127.0.0.1:' + process.env.PORT + '/api/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "lib/server/start.mjs"]
