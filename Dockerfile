# One image for every role: docker build -t edgecache . ; docker run edgecache edge --listen http://*:8080 --upstream http://app:8000
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/EdgeCache -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
RUN ln -s /app/edgecache /usr/local/bin/edgecache && mkdir /data && chown $APP_UID /data
WORKDIR /
USER $APP_UID
VOLUME /data
ENTRYPOINT ["edgecache"]
