# One image for both entry points: `python -m service` (the default) and `python -m worker`.
# Containers need Redis (TRAINLET_REDIS_URL) and a shared volume for blobs (/data).

FROM python:3.13-slim-bookworm@sha256:01f42367a0a94ad4bc17111776fd66e3500c1d87c15bbd6055b7371d39c124fb AS packages
WORKDIR /build
COPY requirements-image.lock ./
RUN python -m venv /opt/trainlet
RUN /opt/trainlet/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: --requirement requirements-image.lock

FROM python:3.13-slim-bookworm@sha256:01f42367a0a94ad4bc17111776fd66e3500c1d87c15bbd6055b7371d39c124fb
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin trainlet
RUN install --directory --owner trainlet --group trainlet --mode 0700 /data
COPY --from=packages /opt/trainlet /opt/trainlet
WORKDIR /app
COPY trainlet/ trainlet/
COPY worker/ worker/
COPY service/ service/
# The root file system may be read-only, so modules are compiled at build time.
RUN /opt/trainlet/bin/python -m compileall -q trainlet worker service
ENV PATH=/opt/trainlet/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    OMP_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=2 \
    TRAINLET_HOST=0.0.0.0 \
    TRAINLET_PORT=8000 \
    TRAINLET_DATA_DIR=/data
USER trainlet
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['TRAINLET_PORT']}/healthz\", timeout=4)"]
CMD ["python", "-m", "service"]
