# Drawgate and its scanners, each in an environment of its own. docs/docker.md says how to use it.
#
# The Python and the Debian that CI tests with. A tag moves: to build from known bytes name them,
# --build-arg BASE=python:3.11-slim-bookworm@sha256:…
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /build
COPY requirements/ requirements/
# A package index of your own comes in as secrets, which stay in no layer. Without them pip and apt use
# what the base image says.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca.pem,target=/run/secrets/ca.pem \
    requirements/install-tools /opt/tools
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca.pem,target=/run/secrets/ca.pem \
    python3 -m venv /opt/drawgate /opt/hatch \
    && /opt/hatch/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && /opt/drawgate/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY policies/ policies/
COPY reports/ reports/
COPY scanner/ scanner/
RUN /opt/hatch/bin/pip wheel --no-cache-dir --no-index --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/drawgate/bin/pip install --no-cache-dir --no-index --no-deps dist/*.whl

FROM ${BASE}
ARG BASE
ARG REVISION
LABEL org.opencontainers.image.title="drawgate" \
      org.opencontainers.image.description="Runs the security scanners a team already trusts and gives one verdict that can be trusted." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${BASE}" \
      org.opencontainers.image.revision="${REVISION}"
# git says which files are the target. Debian keeps one version of it in a release, and mends that one.
# hadolint ignore=DL3008
RUN --mount=type=secret,id=apt.list,target=/etc/apt/sources.list.d/build.list \
    --mount=type=secret,id=ca.pem,target=/run/secrets/ca.pem \
    apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin drawgate \
    && install --directory --owner=drawgate --group=drawgate /data
COPY --from=build /opt/tools /opt/tools
COPY --from=build /opt/drawgate /opt/drawgate
# /data keeps advisory data and answers from scan to scan, where a volume is mounted there.
ENV PATH=/opt/drawgate/bin:/opt/tools/bin:/usr/local/bin:/usr/bin:/bin \
    XDG_CACHE_HOME=/data/cache \
    XDG_DATA_HOME=/data/share \
    XDG_STATE_HOME=/data/state
WORKDIR /target
USER 10001:10001
ENTRYPOINT ["drawgate"]
