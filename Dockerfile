# The server in a container: built from the lock file, without tools for building, and run by a user who owns nothing but /data.
# BASE may name the same image by its digest.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
RUN python -m venv /opt/badges
ENV PATH=/opt/badges/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.lock .
RUN pip install --require-hashes --only-binary :all: -r requirements.lock
COPY setup.cfg pyproject.toml README.md LICENSE ./
COPY engine engine
COPY api api
COPY cli cli
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes setuptools pip

FROM ${BASE}
RUN groupadd --gid 10001 badges \
 && useradd --uid 10001 --gid badges --no-create-home --home-dir /data --shell /usr/sbin/nologin badges \
 && install --directory --owner badges --group badges --mode 0700 /data
COPY --from=build /opt/badges /opt/badges
COPY rules /rules
ENV PATH=/opt/badges/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BADGES_DATABASE_URL=sqlite:////data/badges.db
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["badges", "serve", "--rules", "/rules", "--host", "0.0.0.0", "--port", "8000"]
